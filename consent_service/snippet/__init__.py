"""The script as it is served, and the banner on a page of its own."""
