"""What owners do: one function for each act, called by pages and commands alike, which notes it in the audit trail."""
