"""Tasks done by other processes, here or on other machines, by way of the scheduler Dask."""

from .scheduling import Lost, connected, cores, count_threads, do_task, work_through

__all__ = ["Lost", "connected", "cores", "count_threads", "do_task", "work_through"]
