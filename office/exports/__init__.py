"""The workbooks that leave the house."""
