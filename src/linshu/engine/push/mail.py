"""Mail by SMTP, with STARTTLS unless told otherwise."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from hashlib import sha256
from typing import TYPE_CHECKING

from linshu.engine.push.courier import Failed, Outcome, Sent
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.push.channels import Channel
    from linshu.engine.push.rendering import Rendered

SECONDS = 15
PORTS = {"starttls": 587, "ssl": 465, "none": 25}


def letter(channel: Channel, message: Rendered, key: str) -> EmailMessage:
    """The mail; its id comes from the message's key, so that a repeated one can be told by mail programs."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.title.split())
    mail["From"] = channel.config["sender"]
    mail["To"] = channel.config["to"]
    mail["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@linshu>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(part for part in (message.text, message.link) if part))
    return mail


def send(channel: Channel, message: Rendered, key: str, context: ssl.SSLContext | None = None) -> Outcome:
    """Hand the mail to its server."""
    security = channel.config.get("security", "starttls")
    port = int(channel.config.get("port", "0")) or PORTS.get(security, 587)
    trusted = context or ssl.create_default_context()
    handed = False
    try:
        with _connect(channel.config["host"], port, security, trusted) as server:
            if security == "starttls":
                server.starttls(context=trusted)
            if "user" in channel.config:
                server.login(channel.config["user"], channel.config.get("secret", ""))
            handed = True
            server.send_message(letter(channel, message, key))
    except smtplib.SMTPAuthenticationError:
        return Failed(Text("邮件服务器不接受账号或口令", "the mail server refuses account or password"), again=False)
    except smtplib.SMTPRecipientsRefused:
        return Failed(Text("邮件服务器不接受收件人", "the mail server refuses the receivers"), again=False)
    except smtplib.SMTPResponseException as error:
        words = Text(f"邮件服务器回答 {error.smtp_code}", f"the mail server answers {error.smtp_code}")
        return Failed(words, again=error.smtp_code < 500)
    except (smtplib.SMTPException, OSError) as error:
        kind = type(error).__name__
        words = Text(f"连不上邮件服务器（{kind}）", f"the mail server cannot be reached ({kind})")
        return Failed(words, is_unsure=handed)
    return Sent()


def _connect(host: str, port: int, security: str, context: ssl.SSLContext) -> smtplib.SMTP:
    if security == "ssl":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=SECONDS)
