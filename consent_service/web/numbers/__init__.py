"""What was counted: pages, charts, goals, what is shared and downloaded."""
