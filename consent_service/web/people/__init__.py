"""Who may do what: sign-in, accounts, second factors, roles, invitations, the history."""
