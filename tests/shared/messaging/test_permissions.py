"""Each key does its own work, and everything else is refused by the server itself."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext

from deploy.embedded_nats import EmbeddedNats
from shared.messaging.connecting import Login, connected
from shared.messaging.streams import durable_config
from shared.messaging.subjects import stream
from tests.shared.messaging.scene import Running, Scene, as_user

REFUSED_SECONDS = 0.4  # the server does not answer what it refuses; an allowed request is answered in a millisecond
Deed = Callable[[JetStreamContext, Scene], Coroutine[Any, Any, object]]


def subject_of(scene: Scene) -> str:
    return f"coop.{scene.log_id}.{scene.register}.ledger.receipt-recorded"


DEEDS: dict[str, Deed] = {
    "publish a record": lambda js, scene: js.publish(subject_of(scene), b"?"),
    "publish elsewhere": lambda js, scene: js.publish(f"coop.{scene.log_id + 1}.r.ledger.x", b"?"),
    "create a stream": lambda js, scene: js.add_stream(name="OTHER", subjects=["other.>"]),
    "delete the stream": lambda js, scene: js.delete_stream(stream(scene.log_id)),
    "purge the stream": lambda js, scene: js.purge_stream(stream(scene.log_id)),
    "delete a message": lambda js, scene: js.delete_msg(stream(scene.log_id), 1),
    "create a durable": lambda js, scene: js.add_consumer(stream(scene.log_id), durable_config("mine", "x")),
    "delete a durable": lambda js, scene: js.delete_consumer(stream(scene.log_id), "portal"),
    "move the portal's durable": lambda js, scene: js.reset_consumer(stream(scene.log_id), "portal", 1),
    "move the analyst's durable": lambda js, scene: js.reset_consumer(stream(scene.log_id), "analyst", 1),
    "read by sequence": lambda js, scene: js.get_msg(stream(scene.log_id), 1, direct=True),
    "ask about the stream": lambda js, scene: js.stream_info(stream(scene.log_id)),
}
ALLOWED = {
    "publisher": {"publish a record", "read by sequence", "ask about the stream"},
    "portal": {"move the portal's durable", "read by sequence"},
    "analyst": {"move the analyst's durable"},
}


@pytest.mark.parametrize("user", sorted(ALLOWED))
def test_a_key_does_its_own_work_and_nothing_else(scene: Scene, user: str) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(3)
            await scene.level()
        async with as_user(scene, user) as client:
            js = client.jetstream(timeout=REFUSED_SECONDS)
            done = {name for name, deed in DEEDS.items() if await succeeds(deed, js, scene)}
        assert done == ALLOWED[user]

    asyncio.run(story())


async def succeeds(deed: Deed, js: JetStreamContext, scene: Scene) -> bool:
    try:
        await asyncio.wait_for(deed(js, scene), REFUSED_SECONDS)
    except TimeoutError:
        return False
    return True


def test_even_the_admin_can_neither_publish_a_record_nor_purge_nor_delete_one(scene: Scene) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(3)
            await scene.level()
            async with as_user(scene, "admin") as client:
                js = client.jetstream(timeout=REFUSED_SECONDS)
                assert not await succeeds(DEEDS["publish a record"], js, scene)
                for deed in ("purge the stream", "delete a message"):
                    with pytest.raises(NatsError, match="not permitted|denied|not allowed"):
                        await DEEDS[deed](js, scene)
                assert await succeeds(DEEDS["create a durable"], js, scene)  # the control
            await scene.level()

    asyncio.run(story())


@pytest.mark.parametrize("user", ["portal", "analyst"])
def test_an_acknowledgement_of_one_s_own_durable_arrives_and_another_s_does_not(scene: Scene, user: str) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(2)
            await scene.level()
        other = {"portal": "analyst", "analyst": "portal"}[user]
        async with as_user(scene, user) as own, as_user(scene, other) as others:
            (message,) = await (await own.jetstream().pull_subscribe_bind(user, stream=stream(scene.log_id))).fetch(1, timeout=2)
            await message.ack_sync(timeout=2)
            (foreign,) = await (await others.jetstream().pull_subscribe_bind(other, stream=stream(scene.log_id))).fetch(1, timeout=2)
            with pytest.raises(NatsTimeoutError):
                await own.request(foreign.reply, b"+ACK", timeout=REFUSED_SECONDS)

    asyncio.run(story())


@pytest.mark.parametrize("user", ["portal", "analyst", "publisher"])
def test_nobody_listens_to_the_subjects_or_to_another_s_answers(scene: Scene, user: str) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            await scene.level()
            async with as_user(scene, user) as client:
                heard = [await client.subscribe(name) for name in (f"coop.{scene.log_id}.>", "_INBOX_admin.>", "$JS.>", ">")]
                own = await client.subscribe(client.new_inbox())
                await client.flush()
                scene.append(3)
                await scene.level()
                for subscription in heard:
                    with pytest.raises(NatsTimeoutError):
                        await subscription.next_msg(REFUSED_SECONDS / 4)
                assert not own.pending_msgs

    asyncio.run(story())


def test_nobody_enters_without_a_key_or_with_an_unknown_one(nats: EmbeddedNats, log_id: int) -> None:
    async def story() -> None:
        login = nats.login("portal")
        async with connected(login) as line:
            assert line.client.is_connected  # the control
        stranger = EmbeddedNats(nats.folder.parent / f"{nats.folder.name}-other").seed("portal")
        with pytest.raises((TimeoutError, NatsError)):
            async with connected(dataclasses.replace(login, seed=stranger)):
                pass
        client = Client()
        with pytest.raises((TimeoutError, NatsError)):
            await asyncio.wait_for(client.connect(login.url, max_reconnect_attempts=1, allow_reconnect=False), 2)

    asyncio.run(story())


def test_a_login_does_not_show_its_key(nats: EmbeddedNats) -> None:
    login = nats.login("portal")
    assert login.seed not in repr(login)
    assert isinstance(login, Login)
