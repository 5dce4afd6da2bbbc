"""A way down as a problem of OpenSim Moco: the same chain, the same cost, the same bounds."""

import time
from contextlib import chdir
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ..conventions import GRAVITY
from ..model import Array
from .engines import opensim_chain
from .lowering import FREE, Task, Way, hinges, trace

MESH = 16
"""Intervals of the mesh, each with its middle (Hermite–Simpson)."""
_EXACT = 1e-4
_NOTHING = 1e-9  # mass of a plate [kg]
_SPEED, _FARTHEST = 40.0, 20.0
"""Bounds that are in nobody's way: of rates [rad/s], and of moments against strength."""


def solve_with_moco(task: Task, mesh: int = MESH) -> tuple[Way, float]:
    """Moco's solution, and how many seconds it took to set up and to solve.

    Raises
    ------
    ArithmeticError
        If Moco finds none.
    """
    import opensim

    opensim.Logger.removeFileSink()
    opensim.Logger.setLevelString("Off")
    began = time.perf_counter()
    study = opensim.MocoStudy()
    _set_up(study.updProblem(), task)
    solver = study.initCasADiSolver()
    solver.set_num_mesh_intervals(mesh)
    solver.set_optim_convergence_tolerance(_EXACT)
    solver.set_optim_constraint_tolerance(_EXACT)
    solver.set_parallel(0)
    # In this mode accelerations are unknowns of their own, and their squares cost nothing to work out.
    solver.set_multibody_dynamics_mode("implicit")
    solver.set_minimize_implicit_multibody_accelerations(True)
    solver.set_implicit_multibody_accelerations_weight(
        task.smoothness * task.time**3 / (12 * task.distance**2)
    )
    solver.setGuess(_guess(solver, task))
    solver.set_verbosity(0)
    solver.set_optim_ipopt_print_level(0)
    # It would leave a file where the command is run, by which it can be stopped.
    with TemporaryDirectory() as folder, chdir(folder):
        solution = study.solve()
    spent = time.perf_counter() - began
    if not solution.success():
        raise ArithmeticError(f"Moco found no way: {task.name}.")
    return _read(solution, task), spent


def _set_up(problem: Any, task: Task) -> None:
    import opensim

    problem.setModel(_model(task))
    problem.setTimeBounds(0, task.time)
    high, low = -hinges(task.high), -hinges(task.low)
    stood, held = (_asked(task, posture) for posture in (task.high, task.low))
    for i, link in enumerate(task.links):
        place = f"/jointset/{link.name}_hinge/{link.name}"
        problem.setStateInfo(f"{place}/value", [-4, 4], [high[i]], [low[i]])
        problem.setStateInfo(f"{place}/speed", [-_SPEED, _SPEED], 0, 0)
        muscle = f"/forceset/{link.name}_muscle"
        problem.setControlInfo(muscle, [-_FARTHEST, _FARTHEST])
        if task.lag:
            ends = [stood[i]], [held[i]]
            problem.setStateInfo(f"{muscle}/activation", [-_FARTHEST, _FARTHEST], *ends)
    problem.addGoal(opensim.MocoControlGoal("effort", 1 / (task.effort * task.time)))
    if task.front < FREE:
        _balance(problem, task)


def _model(task: Task) -> Any:
    """The chain with a muscle for each hinge that lags behind its nerve."""
    import opensim

    model = opensim_chain(task.links, _plant(task))
    for link, strength in zip(task.links, task.strength, strict=True):
        if task.lag:
            muscle = opensim.ActivationCoordinateActuator()
            muscle.set_activation_time_constant(task.lag)
        else:
            muscle = opensim.CoordinateActuator()
        muscle.setName(f"{link.name}_muscle")
        muscle.set_coordinate(link.name)
        muscle.setOptimalForce(2 * strength)  # of both legs
        model.addForce(muscle)
    model.finalizeConnections()
    return model


def _plant(task: Task) -> tuple[Any, Any, Any]:
    """A foot that stands on two plates of no weight, which join where the pressure may be at most.

    What each joint carries then turns about that place, and has one sign as long as there is balance.
    """
    import opensim

    model, zero = opensim.Model(), opensim.Vec3(0)
    below, place = model.getGround(), opensim.Vec3(task.back, 0, 0)
    for name in ("back", "front"):
        plate = opensim.Body(name, _NOTHING, zero, opensim.Inertia(_NOTHING))
        model.addBody(plate)
        model.addJoint(opensim.WeldJoint(f"{name}_end", below, place, zero, plate, zero, zero))
        below, place = plate, opensim.Vec3(task.front - task.back, 0, 0)
    return model, below, opensim.Vec3(-task.front, task.height, 0)


def _asked(task: Task, posture: Array) -> Array:
    """What each hinge's muscle does where a posture is held, backwards positive. [of its strength]"""
    moments = trace(task, np.zeros(1), posture[None], np.zeros((2, 1, 3))).moments[0]
    return np.asarray(moments / task.strength * [1.0, -1.0, 1.0])


def _guess(solver: Any, task: Task) -> Any:
    """Every hinge goes like half a cosine."""
    guess = solver.createGuess("bounds")
    share = (1 - np.cos(np.pi * guess.getTimeMat() / task.time)) / 2
    speed = np.pi / 2 / task.time * np.sin(np.pi * guess.getTimeMat() / task.time)
    high, low = -hinges(task.high), -hinges(task.low)
    for i, link in enumerate(task.links):
        place = f"/jointset/{link.name}_hinge/{link.name}"
        guess.setState(f"{place}/value", high[i] + share * (low - high)[i])
        guess.setState(f"{place}/speed", speed * (low - high)[i])
    return guess


def _balance(problem: Any, task: Task) -> None:
    """What the floor does turns neither about the back end nor about the front end."""
    import opensim

    most = sum(link.mass for link in task.links) * GRAVITY
    for end, low, high in (("back", 0.0, most), ("front", -most, 0.0)):
        bound = opensim.MocoOutputBoundConstraint()
        bound.setName(f"balance_{end}")
        bound.setOutputPath(f"/jointset/{end}_end|reaction_on_child")
        bound.setOutputIndex(2)
        bound.setLowerBound(opensim.Constant(low))
        bound.setUpperBound(opensim.Constant(high))
        problem.addPathConstraint(bound)


def _cost(solution: Any, task: Task) -> float:
    """Moco's own cost, less what lag costs or saves only because it begins and ends at other moments."""
    stood, held = (_asked(task, posture) for posture in (task.high, task.low))
    moved = float((held**2 - stood**2).sum())
    return float(solution.getObjective()) - task.lag * moved / (task.effort * task.time)


def _read(solution: Any, task: Task) -> Way:
    """Inclinations of the solution, and what they ask for by our own dynamics.

    They are read one by one, not by `MocoStudy.analyze`: it refuses a list of names where another library
    of the same binding (pyAgrum) was loaded before.
    """
    places = [f"/jointset/{link.name}_hinge/{link.name}" for link in task.links]
    states = [[solution.getState(f"{place}/{part}") for place in places] for part in ("value", "speed")]
    rates = [solution.getDerivative(f"{place}/accel") for place in places]
    hinge = -np.array([[one.to_numpy() for one in part] for part in (*states, rates)])
    inclinations = np.cumsum(hinge, axis=1) * np.array([1.0, -1.0, 1.0])[:, np.newaxis]
    angles, *moving = inclinations.transpose(0, 2, 1)
    way = trace(task, solution.getTime().to_numpy(), angles, np.stack(moving))
    return replace(way, cost=_cost(solution, task))
