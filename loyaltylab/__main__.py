"""``python -m loyaltylab`` is the command ``loyaltylab``."""

from loyaltylab.lab.cli import main

if __name__ == "__main__":
    main()
