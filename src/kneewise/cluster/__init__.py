"""Tasks done by other processes, here or on other machines, by way of the scheduler Dask."""

from .scheduling import Lost, Waiting, connected, cores, count_threads, do_task, work_through

__all__ = ["Lost", "Waiting", "connected", "cores", "count_threads", "do_task", "work_through"]
