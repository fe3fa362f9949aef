"""What the Python tests share: the binary under test, as a server on free ports."""
