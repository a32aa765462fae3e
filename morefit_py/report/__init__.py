"""Results to read and to look at: text, plots, folders of both."""
