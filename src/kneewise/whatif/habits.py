"""How lifters answer a change that leaves them a choice.

All of it estimates: what is published is in docs/explanation/whatif.md, and probes of the person beat it. A
lifter who has to depart from today's posture departs least, each way counted against how readily people vary
it. How far the answer may be off grows with the departure; and nobody does what was asked to the degree, or
stands twice alike, so that every change has an error but that of nothing.
"""

import math

SHIN, TRUNK = math.radians(3), math.radians(6)
"""How readily people vary shin and trunk. With these, weight that is asked forward by a tenth of the foot
lowers the knee's moment a little, as in Ishida 2022. [rad]"""
PRESSURE = 0.02
"""How readily they vary where the weight lies, a share of the foot's length; estimate. It strays by more, but
it is hardly given up: with ankles kept from bending the soleus worked harder (Macrum 2012), so that the
weight does not go to the heels. [unitless]"""
DOUBT = 0.25
"""How far an answer is off, a share of the departure it is about. [unitless]"""
STRAY = math.radians(2)
"""How far off shin, trunk and a wished depth are from one squat to the next, asked or not, one sd; estimate.
Depth that nobody wished for is a condition of what is told, as the load is. [rad]"""
STRAY_PRESSURE = 0.03
"""The same of where the weight lies, a share of the foot's length: 8 mm; estimate. [unitless]"""
HEEL_FOLLOWED, HEEL_FOLLOWED_SD = 0.45, 0.50
"""Share of a heel's slope that the shin is let forward by; estimate. The weight keeps its share of the foot,
and as heels rise the sole slides back below the ankle: so the ankle's moment falls, as in Zwerver 2007,
Richards 2016 and J Athl Train 43:477; kept as far ahead of the ankle it could not. That alone would take the
shin back; that knees bend further (Monteiro 2022, Legg 2017) takes about this. Its spread, with what squats
stray, gives that of trunks on a block, ± 4.6° (jptcp.com 5031)."""
DEPTH_SHIN_SD = 0.35
"""How far the shin is off at another depth, for each radian of the thigh; estimate. Its goal goes with how
far back the hips go, the sine of the thigh; going in proportion to the thigh would differ by this.
[unitless]"""
BAR_FOLLOWED, BAR_FOLLOWED_SD = 1.3, 0.3
"""How far the trunk goes when the load moves, against what keeps the balance with the same shin. With more
than 1 the shin follows the load: at one load the front squat has more at the knee and less at the hip
(epublications.marquette.edu/exsci_fac/202)."""
SIT_BACK_FOLLOWED, SIT_BACK_FOLLOWED_SD = 0.3, 0.3
"""The same for a weight that is held out in front: it is taken to sit back on, and mostly the shins go back.
With more than about 0.6 the knee's moment would rise, and it falls while the hip's rises (Lynn and Noffal
2012, JSCR 26:2417). Estimate."""
BOX_SHIN, BOX_SHIN_SD = math.radians(-10), math.radians(5)
"""How much more upright the shin is when sitting back to a box. [rad]"""
SEAT = 0.09
"""How far the hip's centre is above a hard seat that is touched; estimate. [m]"""
HANDS_AHEAD, HANDS_AHEAD_SD = 0.45, 0.10
"""Of a hold, from where the shoulders are today, at their height. [m]"""
HANDS_UP = math.radians(30)
"""How steeply hands pull on a hold, from level: they carry a little, and keep from falling back. [rad]"""
TURN, QUICK_SD = 3.6, 0.30
"""Acceleration of the hips where they turn, against how far they come down over the square of the time of the
quicker move; and how far turns lie from that, a share of it. Repetitions of `tempo` have 3.0 to 4.1, seven
recorded squats of two people had 3.1 to 4.2; a cosine would have 4.9. [unitless]"""
PUSH_DOUBT = 0.5
"""How far the feet's push apart is off in another stance, a share of how much it changes. [unitless]"""
PLACES = {"heel": 0.30, "mid": 0.45, "fore": 0.60}
"""Where the weight lies when it is asked over a part of the foot, 0 heel to 1 tip of the toes. Asked to press
forward, people went from 0.44 to 0.54 (Ishida 2022); the rest are estimates."""
LIFTING_SHOE = 0.019
"""How much higher the heel of a lifting shoe is than its ball; most have 15 to 22 mm, from memory. [m]"""
UPRIGHT = math.radians(12)
"""How much further up than today a trunk comes at the most in what is offered as best: with heels raised it
came up by 3.1 ± 4.6° (jptcp.com 5031), by more than this in 3 of 100. Balance allows a vertical one. [rad]"""
WISHED, FIRM = 1e-4, 0.02
"""What was wished for is held so much better than habits are; and what is followed, but not against a wish.
[unitless]"""
