"""Where poi_xl meets a user: each host turns its clicks or words into the same use cases."""
