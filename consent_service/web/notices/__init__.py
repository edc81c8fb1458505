"""What visitors are asked: versions, the editor, the preview, the proof of consent."""
