"""What a plan will cost: work that is counted, and the speed of this machine, measured."""
