//! A Jupyter kernel for flowno.
