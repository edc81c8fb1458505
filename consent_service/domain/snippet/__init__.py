"""What an owner can set of the snippet: options, theme, colours and fonts."""
