"""Everything of an installation as one file, and from one database into another."""
