import sys

from tools.methods import drawing

if __name__ == "__main__":
    sys.exit(drawing.main())
