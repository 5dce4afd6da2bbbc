"""Files of markers or joint angles → Survey: the pose in the lab frame, and what was repaired on the way."""
