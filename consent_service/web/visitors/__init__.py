"""What people see who never sign in: the script, the notice's data, the policy, a receipt."""
