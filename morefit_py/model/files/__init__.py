"""Events from and to files, a block at a time: ROOT and Parquet, with the selection of rows."""
