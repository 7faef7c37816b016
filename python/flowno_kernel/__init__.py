"""What only Python can plug into Jupyter for the flowno kernel.

The kernel itself is the program ``flowno``, which needs no Python. This package holds the Pygments
lexer of its cells and the papermill translator of its parameters; both are found by entry points.
"""
