"""One module for each row, or for rows that are measured together."""
