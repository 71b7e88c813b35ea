//! The container engine, asked through its command line.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command::{answer_within, capture, run};

/// A container engine that answers.
pub struct Docker {
    /// The version of its server.
    pub version: String,
}

impl Docker {
    /// Asks for the engine; `None` where none is installed or none runs.
    pub fn find() -> Option<Self> {
        let version = answer_within(
            docker().args(["info", "--format", "{{.ServerVersion}}"]),
            Duration::from_secs(10),
        )?;
        // A client without a server prints an empty version, and some of them call that a success.
        (!version.is_empty()).then_some(Self { version })
    }

    /// Whether an image of this name and tag is on this machine.
    pub fn has(&self, image: &str) -> bool {
        answer_within(
            docker().args(["image", "inspect", "--format", "{{.Id}}", image]),
            Duration::from_secs(10),
        )
        .is_some()
    }

    /// Starts a container in the background, a port of this machine leading to one of its own.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn start(
        &self,
        image: &str,
        (outside, inside): (u16, u16),
        environment: &[(&str, &str)],
    ) -> Result<Running> {
        let mut command = docker();
        command.args(["run", "--detach", "--rm", "--publish"]);
        command.arg(format!("127.0.0.1:{outside}:{inside}"));
        for (name, value) in environment {
            command.arg("--env").arg(format!("{name}={value}"));
        }
        let id = capture(command.arg(image))?;
        Ok(Running(id.trim().to_owned()))
    }

    /// Fetches an image from its registry, with the progress on the terminal.
    ///
    /// # Errors
    /// The registry doesn't answer, or doesn't have the image.
    pub fn pull(&self, image: &str) -> Result<()> {
        run(docker().args(["pull", image]))
    }

    /// Makes an image of a folder that holds a whole system.
    ///
    /// # Errors
    /// The folder can't be packed, or the engine refuses it.
    pub fn import(&self, folder: &Path, image: &str) -> Result<()> {
        let mut tar = Command::new("tar")
            .arg("-C")
            .arg(folder)
            .args(["-c", "."])
            .stdout(Stdio::piped())
            .spawn()
            .context("tar")?;
        let archive = tar.stdout.take().context("tar has no output")?;
        run(docker().args(["import", "-", image]).stdin(archive))?;
        let status = tar.wait().context("tar")?;
        if !status.success() {
            bail!("tar failed ({status})");
        }
        Ok(())
    }

    /// Builds an image from a folder with a Dockerfile, which takes arguments.
    ///
    /// The build has the machine's network, since an engine that was started without its firewall
    /// rules gives containers none.
    ///
    /// # Errors
    /// A step of the Dockerfile fails.
    pub fn build(&self, folder: &Path, arguments: &[(&str, &str)], image: &str) -> Result<()> {
        let mut command = docker();
        command.args(["build", "--network", "host", "--tag", image]);
        for (name, value) in arguments {
            command.arg("--build-arg").arg(format!("{name}={value}"));
        }
        run(command
            .arg(folder)
            // The classic builder is a part of the engine; the newer one is a plugin of the client.
            .env("DOCKER_BUILDKIT", "0"))
    }
}

/// A container that runs; it is stopped and removed when this is dropped.
#[derive(Debug)]
pub struct Running(String);

impl Running {
    /// What a program of the container prints.
    ///
    /// # Errors
    /// It isn't there, or fails.
    pub fn output(&self, program: &[&str]) -> Result<String> {
        capture(docker().args(["exec", &self.0]).args(program))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = answer_within(
            docker().args(["rm", "--force", "--volumes", &self.0]),
            Duration::from_secs(30),
        );
    }
}

fn docker() -> Command {
    Command::new("docker")
}
