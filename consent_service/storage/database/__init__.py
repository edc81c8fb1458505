"""The database itself: engine, schema, migrations, timeouts and locks."""
