"""Where a hosting service starts ganscope; at home, use `python -m demo`."""

from demo.__main__ import main

if __name__ == "__main__":
    main()
