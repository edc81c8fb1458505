"""The notice: its terms, texts and editions, and how long its counts are kept."""
