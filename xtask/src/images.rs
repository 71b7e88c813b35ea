//! The container images of the engines.
//!
//! Where a registry serves an engine's official image, that one is used. Elsewhere an image is built
//! from Debian's packages out of `xtask/images/<engine>/`; it takes the same variables as the official one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::command::{root, run};
use crate::container::Docker;
use crate::engine::{ENGINES, Engine, Source};

/// The images of an engine: the official one, and the one that stands in for it.
pub struct Image {
    /// The official image, as a registry names it.
    pub official: &'static str,
    /// What stands in for it where no registry answers; `None` where nothing can, and where a license has
    /// to be accepted by who fetches the image.
    pub stand_in: Option<StandIn>,
}

/// An image that is built here of a Debian package.
pub struct StandIn {
    /// The folder under `xtask/images/` with its Dockerfile.
    pub folder: &'static str,
    /// The version that it has.
    pub version: &'static str,
    /// The Debian release that has it.
    pub release: &'static str,
}

impl Image {
    /// The image to fetch where none is on this machine: the one that the variable names, else the
    /// official one.
    pub fn wanted(&self, engine: &Engine) -> String {
        named(engine).unwrap_or_else(|| self.official.to_owned())
    }

    /// The image that is on this machine: the one that the variable names, or else the official one or
    /// the stand-in.
    ///
    /// # Errors
    /// The stand-in's folder can't be read.
    pub fn present(&self, docker: &Docker, engine: &Engine) -> Result<Option<String>> {
        match named(engine) {
            Some(name) => Ok(Some(name).filter(|name| docker.has(name))),
            None => self.here(docker),
        }
    }

    /// The official image or the stand-in, if one of them is on this machine.
    ///
    /// # Errors
    /// The stand-in's folder can't be read.
    pub fn here(&self, docker: &Docker) -> Result<Option<String>> {
        let mut candidates = vec![self.official.to_owned()];
        if let Some(stand_in) = &self.stand_in {
            candidates.push(stand_in.built()?);
        }
        Ok(candidates.into_iter().find(|image| docker.has(image)))
    }
}

impl StandIn {
    /// Its name and tag. The tag changes with each file of its folder, so that an edited
    /// entrypoint is picked up.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn built(&self) -> Result<String> {
        let mut files = Vec::new();
        let folder = self.path();
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let content = fs::read(&path).with_context(|| path.display().to_string())?;
            files.push((name.into_owned(), content));
        }
        Ok(format!(
            "noorm-{}:{}-{:016x}",
            self.folder,
            self.version,
            fingerprint(files)
        ))
    }

    /// The image that it stands on: a Debian release.
    fn base(&self) -> String {
        format!("noorm-debian:{}", self.release)
    }

    fn path(&self) -> PathBuf {
        root().join("xtask/images").join(self.folder)
    }
}

/// Sees to it that each engine that runs in containers has an image on this machine, and prints which; also
/// one of each further version, if `versions` are asked for.
///
/// # Errors
/// No container engine answers, or an image can neither be pulled nor built.
pub fn provide(versions: bool) -> Result<()> {
    let Some(docker) = Docker::find() else {
        bail!("no container engine answers (`docker info`); install and start one");
    };
    let mut failed = Vec::new();
    for engine in ENGINES {
        let Source::Server {
            image,
            versions: further,
            ..
        } = &engine.source
        else {
            continue;
        };
        for image in further.iter().filter(|_| versions) {
            match fetch(&docker, image) {
                Ok(name) => println!("{} is {name}", image.official),
                // Nobody can be asked for more than a registry that doesn't answer.
                Err(_) if image.stand_in.is_none() => {
                    println!("{} can't be had here", image.official);
                }
                Err(cause) => {
                    eprintln!("xtask: {}: {cause:#}", image.official);
                    failed.push(image.official);
                }
            }
        }
        if image.stand_in.is_none() && named(engine).is_none() {
            // Who fetches it accepts its license.
            continue;
        }
        match provide_one(&docker, engine, image) {
            Ok(name) => println!("export {}={name}", engine.variable("IMAGE")),
            Err(cause) => {
                eprintln!("xtask: {}: {cause:#}", engine.name);
                failed.push(engine.name);
            }
        }
    }
    if !failed.is_empty() {
        bail!("no image of {}", failed.join(", "));
    }
    Ok(())
}

fn provide_one(docker: &Docker, engine: &Engine, image: &Image) -> Result<String> {
    match named(engine) {
        Some(name) if docker.has(&name) => Ok(name),
        Some(name) => docker.pull(&name).map(|()| name),
        None => fetch(docker, image),
    }
}

/// Pulls the official image, or builds its stand-in, where neither is here.
fn fetch(docker: &Docker, image: &Image) -> Result<String> {
    if let Some(name) = image.here(docker)? {
        return Ok(name);
    }
    match (docker.pull(image.official), &image.stand_in) {
        (Ok(()), _) => Ok(image.official.to_owned()),
        (Err(_), Some(stand_in)) => build(docker, stand_in),
        (Err(cause), None) => Err(cause),
    }
}

/// The image that this engine's variable names.
fn named(engine: &Engine) -> Option<String> {
    env::var(engine.variable("IMAGE"))
        .ok()
        .filter(|name| !name.is_empty())
}

fn build(docker: &Docker, image: &StandIn) -> Result<String> {
    let (base, release) = (image.base(), image.release);
    if !docker.has(&base) {
        let folder = env::temp_dir().join(format!("noorm-{release}-{}", std::process::id()));
        bootstrap(release, &folder)?;
        docker.import(&folder, &base)?;
        // Only now: a bootstrap that broke off may have left a mount in its folder.
        run(Command::new("rm")
            .args(["-rf", "--one-file-system"])
            .arg(&folder))?;
    }
    let name = image.built()?;
    let arguments = [("RELEASE", release), ("VERSION", image.version)];
    docker.build(&image.path(), &arguments, &name)?;
    Ok(name)
}

fn bootstrap(release: &str, folder: &Path) -> Result<()> {
    run(Command::new("debootstrap")
        .args(["--variant=minbase", release])
        .arg(folder))
    .context(
        "no registry serves the image, and building one takes root on a Debian machine with the \
         packages debootstrap and docker.io",
    )
}

/// The FNV-1a hash of files and their names, whatever order a folder lists them in.
fn fingerprint(mut files: Vec<(String, Vec<u8>)>) -> u64 {
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, content) in &files {
        for part in [name.as_bytes(), content] {
            // The end of a part counts too: a byte that moves from one to the next is a change.
            for byte in part.iter().copied().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)]) -> u64 {
        fingerprint(
            files
                .iter()
                .map(|(name, content)| (name.to_string(), content.as_bytes().to_vec()))
                .collect(),
        )
    }

    #[test]
    fn the_order_of_the_files_does_not_matter() {
        assert_eq!(
            check(&[("a", "1"), ("b", "2")]),
            check(&[("b", "2"), ("a", "1")])
        );
    }

    #[test]
    fn an_edit_a_rename_and_a_move_are_changes() {
        let was = check(&[("a", "12"), ("b", "3")]);
        assert_ne!(was, check(&[("a", "12"), ("b", "4")]));
        assert_ne!(was, check(&[("a", "12"), ("c", "3")]));
        assert_ne!(was, check(&[("a", "1"), ("b", "23")]));
    }

    #[test]
    fn the_fingerprint_is_the_same_on_every_machine() {
        assert_eq!(format!("{:016x}", check(&[])), "cbf29ce484222325");
    }

    #[test]
    fn each_engine_in_a_container_has_a_folder_with_a_dockerfile() {
        for engine in ENGINES {
            let Source::Server {
                image, versions, ..
            } = &engine.source
            else {
                continue;
            };
            let images = versions.iter().chain([image]);
            for image in images.filter_map(|image| image.stand_in.as_ref()) {
                let dockerfile = fs::read_to_string(image.path().join("Dockerfile")).unwrap();
                assert!(dockerfile.contains("FROM noorm-debian:${RELEASE}\n"));
                assert!(dockerfile.contains("${VERSION}"));
                assert!(
                    image
                        .built()
                        .unwrap()
                        .starts_with(&format!("noorm-{}:{}-", engine.name, image.version))
                );
            }
        }
    }

    #[test]
    fn the_usual_stand_in_is_one_of_the_versions() {
        for engine in ENGINES {
            if let Source::Server {
                image, versions, ..
            } = &engine.source
                && let Some(usual) = &image.stand_in
            {
                let built = usual.built().unwrap();
                let mut stand_ins = versions.iter().filter_map(|image| image.stand_in.as_ref());
                assert!(stand_ins.any(|stand_in| stand_in.built().unwrap() == built));
            }
        }
    }
}
