"""Statistics on a few runs per setting: plain numbers in, plain numbers out."""
