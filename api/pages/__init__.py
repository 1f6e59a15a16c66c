"""The officers' pages: the same acts as REST, in Chinese, without a script."""
