"""What Bihuan remembers: one database, one transaction per decision."""
