"""The command `ruche`: every command by its name."""

import typer

from deploy.cli import demonstrating, importing, looking, people, running
from deploy.cli.bench import bench_app
from deploy.cli.projecting import projections_app

app = typer.Typer(
    name="ruche", help="Ruche: votes, projects and money of school cooperatives, in one verifiable register.", no_args_is_help=True
)

COMMANDS = (
    running.up,
    demonstrating.demo,
    importing.import_year,
    running.serve,
    running.migrate,
    people.token,
    looking.replay,
    looking.tail,
    looking.status,
    looking.doctor,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(projections_app, name="projections")
app.add_typer(bench_app, name="bench", help="Measure, each figure beside its floor or its peer.")
