"""Tables of the owner's side: accounts, roles, sessions, tokens, links, the audit trail."""
