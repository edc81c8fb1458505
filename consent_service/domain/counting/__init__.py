"""What is counted: the hit, the dimensions, the counts of a cell, and who keeps a seat."""
