"""The doors: REST API, officers' pages and the districts' link pages."""
