"""What the report says and shows of another way to squat."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from browser import look, needs_browser
from prospects import prospect
from scipy.interpolate import RegularGridInterpolator
from studies import measured, squatting
from test_report import Links, analysis
from wording import BANNED

from kneewise.conventions import Bar, Effect, Task
from kneewise.knowledge.squats import read_squats
from kneewise.model import Burden, Unmeasured
from kneewise.model import Tested as Result  # pytest takes a name that begins with Test for a test
from kneewise.model.supposed import Prospect
from kneewise.pipeline import foresee, read_measuring
from kneewise.report import LoadPictures, Pictures, illustrate_prospect, render, summarise, tell_prospects
from kneewise.report.whatif import summarise_prospect, tell_chart

HELD = Unmeasured(what="whatif", because="the weight would be off the feet.", remedy="check the load")
SAMPLE = np.random.default_rng(5)


def page(foreseen):
    summary = summarise(analysis(measured()), {"kneewise": "1"}, prospect=foreseen)
    return render(summary, [Pictures()], (), [LoadPictures()], illustrate_prospect(foreseen))


@pytest.fixture(scope="module")
def shown():
    return page(prospect())


def seen(study_task=Task.SQUAT, joints=None, tests=(), **changes):
    """A film of a planar squat with draws around it, and what is foreseen of it."""
    pose, _ = squatting()
    pose = pose if joints is None else replace(pose, joints=joints)
    draws = pose.joints + 0.004 * SAMPLE.standard_normal((20, *pose.joints.shape))
    study = measured()
    study = replace(
        study,
        trial=replace(study.trial, pose=replace(pose, draws=draws), **changes),
        repetitions=tuple(replace(one, task=study_task) for one in study.repetitions),
    )
    told = analysis(study)
    told = replace(told, case=replace(told.case, tests=tuple(tests)))
    return foresee(told, read_measuring(), read_squats())


# What is foreseen


def test_a_film_of_a_squat_with_loads_is_foreseen():
    foreseen = seen()
    assert isinstance(foreseen, Prospect)
    shin, trunk = (foreseen.best.today.effects[effect].value for effect in (Effect.SHIN, Effect.TRUNK))
    assert np.degrees([shin, trunk]) == pytest.approx([33, 38.5], abs=3)
    assert len(foreseen.named.outcomes) == 3


def test_nothing_is_foreseen_without_loads_or_a_squat_or_draws():
    tables, squats = read_measuring(), read_squats()
    assert foresee(analysis(measured(loads=None)), tables, squats) is None
    assert foresee(analysis(measured()), tables, squats) is None
    assert seen(study_task=Task.SIT_TO_STAND) is None
    assert seen(condition="heels_raised") is None


@pytest.mark.parametrize("depth", [0.05, 0.15, 0.25])
def test_a_curtsy_is_no_squat_to_be_changed(depth):
    """Nor does it stop the report."""
    pose, _ = squatting()
    standing = pose.joints[0]
    assert seen(joints=standing + depth * (pose.joints - standing)) is None


def test_a_squat_that_cannot_be_held_says_so():
    foreseen = seen(burden=Burden(mass=300.0, bar=Bar.FRONT))
    assert isinstance(foreseen, Unmeasured)
    assert "Try" not in foreseen.because


def test_a_tested_ankle_counts_in_the_report_and_an_untested_one_names_the_test():
    known = seen(tests=[Result(id="knee_to_wall_cm", value=8.0)])
    unknown = seen()
    assert math.degrees(known.limits.ankle.value) == pytest.approx(3.6 * 8)
    assert known.best.today.effects[Effect.ANKLE_USED].sd < unknown.best.today.effects[Effect.ANKLE_USED].sd
    assert "by the knee-to-wall test" in illustrate_prospect(known).ankle
    assert "was not tested" in illustrate_prospect(unknown).ankle
    shown = [tell_prospects(illustrate_prospect(one)) for one in (known, unknown)]
    assert [one["tested"] for one in shown] == [True, False]
    told = [summarise_prospect(one)["limits"]["ankle"] for one in (known, unknown)]
    assert [one["tested"] for one in told] == [True, False]
    assert told[1]["test"] == "knee_to_wall_cm"


def test_the_sliders_tell_how_unsure_the_range_of_an_untested_ankle_is():
    """Today's squat changes nothing, and its share of the range is as unsure as in any other squat."""
    known, unknown = (seen(tests=tests) for tests in ([Result(id="knee_to_wall_cm", value=12.0)], []))
    bands = []
    for foreseen in (known, unknown):
        told = tell_chart(foreseen)
        shape = [len(axis["nodes"]) for axis in told["axes"]]
        sd = np.reshape(told["sds"]["ankle"], shape)[tuple(told["node"])] / told["scales"]["ankle"]
        bands.append(sd)
        assert sd == pytest.approx(foreseen.best.today.effects[Effect.ANKLE_USED].sd, rel=0.35)
    assert bands[1] > 1.5 * bands[0]
    assert [tell_chart(one)["tested"] for one in (known, unknown)] == [True, False]


def test_what_is_told_to_spare_something_spares_it_beyond_its_error():
    for foreseen in (seen(), prospect(), prospect(loaded=False)):
        shown = illustrate_prospect(foreseen).best
        options = {outcome.statement: outcome for outcome in foreseen.best.outcomes}
        for one in shown:
            outcome = options[one.trade]
            for title, effect in (
                ("kneecap", Effect.PATELLOFEMORAL_FORCE),
                ("low back", Effect.LUMBAR_MOMENT),
            ):
                if f"pares the {title}" in one.title:
                    assert outcome.effects[effect].change < -outcome.effects[effect].change_sd


# The summary


def test_the_summary_says_it_in_plain_json():
    summary = summarise(analysis(measured()), {"kneewise": "1"}, prospect=prospect())
    told = json.loads(json.dumps(summary, allow_nan=False))["whatif"]
    assert told["today"]["change"] == "as today"
    assert [row["change"] for row in told["named"]] == [one.name for one in prospect().named.outcomes]
    for row in (*told["named"], *told["best"], *told["squats"]):
        for load in ("knee_moment", "patellofemoral_force", "hip_moment", "lumbar_moment"):
            assert row[load].keys() >= {"value", "sd", "low", "high", "change", "change_sd", "unit"}
    knee = prospect().named.outcomes[1].effects[Effect.KNEE_MOMENT]
    assert told["named"][1]["knee_moment"]["change"] == pytest.approx(knee.change, abs=0.05)
    assert told["named"][1]["shin"]["unit"] == "°"


def test_the_summary_without_it_says_none_or_why():
    assert summarise(analysis(measured()), {})["whatif"] is None
    told = summarise(analysis(measured()), {}, prospect=HELD)["whatif"]
    assert told == {"because": HELD.because, "remedy": HELD.remedy}


# The page


def test_the_page_leaves_it_out_where_nothing_is_foreseen():
    assert 'id="whatif"' not in page(None)


def test_the_page_says_why_it_could_not_be_worked_out():
    text = page(HELD)
    assert HELD.because in text
    assert "data-whatif" not in text.split("<script>")[0]


def test_named_and_best_changes_are_there_with_picture_and_trade(shown):
    for title in ("Heels raised by 25 mm", "Shins 10° more upright", "Trunk 10° further forward"):
        assert title in shown
    for outcome in prospect().named.outcomes:
        assert outcome.statement in shown
    assert shown.count('class="change"') >= 3 + 3 + 1


def test_the_page_needs_nothing_from_outside(shown):
    assert all(one.startswith(("data:", "#")) for one in Links(shown).addresses)


def test_data_cannot_end_the_script_that_holds_it(shown):
    foreseen = prospect()
    inside = re.search(r'<script type="application/json">(.*?)</script>', shown, re.DOTALL).group(1)
    assert "<" not in inside
    assert json.loads(inside) == json.loads(json.dumps(tell_chart(foreseen)))


def test_no_disease_is_named_and_nothing_promised(shown):
    part = shown.split('<section id="whatif">')[1].split("</section>")[0]
    assert BANNED.search(Links(part).words) is None


def test_the_data_of_the_sliders_stays_small():
    assert len(json.dumps(tell_chart(prospect()), separators=(",", ":"))) < 100_000


# In a browser

MOVE = """
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const inputs = [...page.querySelectorAll('.sliders input')];
  const set = (n, v) => {
    inputs[n].value = v;
    inputs[n].dispatchEvent(new page.defaultView.Event('input', {bubbles: true}));
  };
  const bars = () => [...page.querySelectorAll('.try .amount')].map((one) => one.getAttribute('d'));
  const status = () => page.querySelector('[role=status]').textContent;
  await wait(700);
"""


@needs_browser
def test_sliders_are_labelled_and_move_figure_bars_and_words(shown, tmp_path):
    found = look(
        shown,
        MOVE
        + """
        const before = [bars(), status()];
        set(0, 25);
        await wait(700);
        const after = [bars(), status()];
        page.querySelector('.sliders button').click();
        await wait(700);
        return {
          labels: inputs.map((one) => one.labels[0].textContent),
          named: inputs.map((one) => one.getAttribute('aria-label')),
          spoken: inputs.map((one) => one.getAttribute('aria-valuetext')),
          shown: !page.querySelector('.try').hidden, before, after, again: [bars(), status()],
          live: page.querySelector('[role=status]').getAttribute('aria-live'),
        };""",
        tmp_path,
    )
    assert found["shown"]
    assert found["live"] == "polite"
    for label, name in zip(
        found["labels"], ("Heels", "Shins", "Trunk", "Depth", "Feet", "Load"), strict=True
    ):
        assert label.startswith(name)
    assert all(found["named"])
    assert all(found["spoken"])
    assert found["before"][1].startswith("As today.")
    assert found["after"] != found["before"]
    assert found["again"] == found["before"]


@needs_browser
def test_what_the_sliders_say_is_what_the_chart_says(shown, tmp_path):
    """The page's own reading of the chart against scipy's."""
    chart = prospect().chart
    places = [(40, -12, 12, 8, 20, 60), (15, 3, -7, -11, 0, 100), (0, -5, 5, -3, 10, 75)]
    moves = ";".join(
        f"[{','.join(map(str, row))}].forEach((v, n) => set(n, n === 4 ? Number(inputs[n].min) + v : v));"
        "await wait(50); found.push([bars(), inputs.map((one) => Number(one.value))])"
        for row in places
    )
    found = look(shown, f"{MOVE} const found = []; {moves}; return found;", tmp_path)
    depth_axis = np.degrees(chart.thigh - chart.thigh[chart.node[2]])
    turned = (np.degrees(chart.shin), np.degrees(chart.trunk))
    axes = (chart.mass, chart.heel * 1000, depth_axis, chart.apart * 200, *turned)
    read = RegularGridInterpolator(axes, chart.value)
    today = chart.value[chart.node]
    for bars, (heel, shin, trunk, depth, stance, load) in found:
        value = read([load, heel, depth, max(stance, axes[3][0]), shin, trunk])[0]
        for bar, effect in zip(
            bars,
            (Effect.PATELLOFEMORAL_FORCE, Effect.KNEE_MOMENT, Effect.HIP_MOMENT, Effect.LUMBAR_MOMENT),
            strict=False,
        ):
            right = float(re.findall(r"H(\d+\.\d)", bar)[0])
            wanted = 156 + 194 * min(max(value[effect] / today[effect] / 2, 0), 1)
            assert right == pytest.approx(wanted, abs=0.5)


@needs_browser
def test_of_answers_that_a_server_gives_late_only_the_last_one_asked_for_counts(shown, tmp_path):
    found = look(
        shown,
        MOVE
        + """
        const chart = JSON.parse(page.querySelector('.try script').textContent);
        const root = page.createElement('div');
        const asked = [];
        const answer = (settings) => new Promise((done) => {
          const place = settings[1];
          asked.push(place);
          const told = {values: {}, sds: {}, points: {}};
          for (const name of Object.keys(chart.scales)) told.values[name] = place === 10 ? 1 : 2;
          setTimeout(() => done(told), place === 10 ? 300 : 30);
        });
        page.body.append(root);
        page.defaultView.kneewiseReport.mount(root, {chart, answer});
        const slider = root.querySelector('input');
        const move = (v) => { slider.value = v; slider.dispatchEvent(new page.defaultView.Event('input')); };
        move(10);
        move(50);
        await wait(600);
        return {asked, spoken: root.querySelectorAll('input')[1].getAttribute('aria-valuetext')};""",
        tmp_path,
    )
    assert found["asked"] == [0, 10, 50]
    assert found["spoken"].startswith("115°")


@needs_browser
@pytest.mark.parametrize("width", [360, 1200])
def test_letters_keep_to_their_picture_and_off_one_another(shown, tmp_path, width):
    found = look(
        shown,
        MOVE
        + """
        set(1, -16); set(2, 20);
        await wait(100);
        const faults = [];
        for (const svg of page.querySelectorAll('svg.change')) {
          const box = svg.viewBox.baseVal;
          const texts = [...svg.querySelectorAll('text')].map((one) => [one.textContent, one.getBBox()]);
          texts.forEach(([a, one], i) => {
            if (one.x < 0 || one.x + one.width > box.width + 0.5) faults.push([a, 'outside']);
            texts.slice(i + 1).forEach(([b, two]) => {
              const apart = one.x + one.width <= two.x || two.x + two.width <= one.x
                || one.y + one.height <= two.y + 3 || two.y + two.height <= one.y + 3;
              if (a && b && !apart) faults.push([a, b]);
            });
          });
        }
        const root = page.documentElement;
        return {faults, beyond: root.scrollWidth - root.clientWidth};""",
        tmp_path,
        width=width,
    )
    assert found == {"faults": [], "beyond": 0}


@needs_browser
@pytest.mark.parametrize("calm", [False, True])
def test_who_asks_for_less_motion_sees_the_end_at_once(shown, tmp_path, calm):
    found = look(
        shown,
        """
        const part = (name) => page.querySelector(`svg.change .${name}`);
        const style = (name) => page.defaultView.getComputedStyle(part(name)).display;
        return [style('moving'), style('end')];""",
        tmp_path,
        flags=("--force-prefers-reduced-motion",) if calm else (),
    )
    assert found == (["none", "inline"] if calm else ["inline", "none"])
