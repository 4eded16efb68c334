"""The claim document: editions as data, the writer, the envelope, the reader, the checker."""
