"""The one list of what kneewise never says: names of diseases, promises, clearances, frightening words."""

import re

BANNED = re.compile(
    r"""\b(
    diagnos\w* | treat(s|ed|ing|ment\w*)? | cur(e|es|ed|ing) | rehab\w* | therap(y|ies|eutic\w*)
    | prescription\w* | patient(s|'s)? | root[ ]cause | game.?changer | fix(es|ed)? | prevents?[ ]injur\w*
    | wear[ ]and[ ]tear | caused[ ]by
    | is[ ]the[ ]cause | clears[ ]you | you[ ]are[ ]safe | safe[ ]for[ ]everyone
    | nothing[ ]serious | guarantee\w* | certainly
    | culprit | damaged | degenerat\w* | abnormal | dysfunction\w* | maltrack\w* | mistrack\w* | weak[ ]glutes
    | patellofemoral | osteo(?!poro)\w* | arthritis | tendin\w+ | tendonitis | bursitis | chondromalacia
    | runner's[ ]knee | jumper's[ ]knee | meniscus | plica | thrombosis | embolism | septic | sepsis | PFP
    | cauda[ ]equina | \w*[ ]?syndrome | slipped[ ]epiphysis | tumou?r | sarcoma | sciatica
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
