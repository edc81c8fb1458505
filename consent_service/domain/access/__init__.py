"""Who may do what: roles, scopes of API tokens, origins of hits."""
