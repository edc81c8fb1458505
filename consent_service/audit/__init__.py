"""What a live installation shows of itself: each check looks at one thing and says what was found and what to do."""
