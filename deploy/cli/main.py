"""The command `ruche`: every command by its name, with its exit codes at the end of its help."""

import typer

from deploy.cli import (
    archiving,
    checking,
    demonstrating,
    erasing,
    exporting,
    importing,
    importing_statement,
    looking,
    people,
    recounting,
    replaying,
    running,
    tallying,
)
from deploy.cli.bench import bench_app
from deploy.cli.ending import Commands, codes
from deploy.cli.projecting import projections_app

app = typer.Typer(
    name="ruche",
    cls=Commands,
    help="Ruche: votes, projects and money of school cooperatives, in one verifiable register.",
    no_args_is_help=True,
)

COMMANDS = (
    (running.up, codes()),
    (demonstrating.demo, codes(found="a figure is not as expected (--exit)")),
    (importing.import_year, codes(found="lines were left out, or nothing recorded because of them", refuses=True)),
    (importing_statement.import_statement, codes(refuses=True)),
    (exporting.export, codes(refuses=True)),
    (archiving.archive, codes(refuses=True)),
    (running.serve, codes()),
    (running.migrate, codes()),
    (people.token, codes(refuses=True)),
    (erasing.erase_person, codes(refuses=True)),
    (replaying.replay, codes(found="a view differs (--compare), or a record is missing or not readable", refuses=True)),
    (checking.check, codes(found="something asks for an act", refuses=True)),
    (looking.tail, codes(found="a record is missing or not readable")),
    (looking.status, codes()),
    (looking.doctor, codes()),
    (tallying.tally, codes(refuses=True)),
    (recounting.recount, codes(found="a declared result is not what the version of its day counts", refuses=True)),
)
for command, ends in COMMANDS:
    app.command(epilog=ends)(command)
app.add_typer(projections_app, name="projections")
app.add_typer(bench_app, name="bench", help="Measure, each figure beside its floor or its peer.")
