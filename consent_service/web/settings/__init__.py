"""What a site is: its settings, the check of its installation, its removal."""
