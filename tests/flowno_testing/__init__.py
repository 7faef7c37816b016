"""Helpers of the end-to-end tests: a running kernel, a running JupyterLab, raw messages."""
