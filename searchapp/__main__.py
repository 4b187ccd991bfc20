"""``python -m searchapp`` is the same as ``searchapp``."""

from searchapp.cli import main

if __name__ == "__main__":
    main()
