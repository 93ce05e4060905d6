"""`python -m eventcal`: the command line where no script of that name can be found, or started."""

from .cli import main

if __name__ == "__main__":
    main()
