//! Where `terraform init` put the modules that it downloaded: `.terraform/modules/modules.json`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::convert;
use super::eval::Evaluator;
use super::module::join;
use super::reference::root_of;
use super::scope::Instance;
use crate::source::{FileId, SourceFile};
use crate::syntax::json;

/// Where the manifest is, from the root module's directory.
pub(super) const MANIFEST: &str = ".terraform/modules/modules.json";

/// Directories by the path of the call, such as `vpc.endpoints`.
pub(super) type Downloads = BTreeMap<String, String>;

impl Evaluator<'_> {
    /// The directory of a module that was downloaded.
    pub(super) fn downloaded(&self, caller: &Rc<Instance>, name: &str) -> Option<String> {
        let root = &root_of(caller).module.directory;
        let mut path = Vec::from([name]);
        let mut instance = &**caller;
        while let Some(call) = &instance.call {
            path.push(&call.name);
            instance = &call.caller;
        }
        path.reverse();
        self.downloads(root).get(&path.join(".")).cloned()
    }

    fn downloads(&self, root: &str) -> Rc<Downloads> {
        let mut known = self.modules.downloaded.borrow_mut();
        let read = || {
            let file = self.sources.load(&join(root, MANIFEST)).ok()?;
            manifest(&self.sources.file(file), file, root)
        };
        known.entry(root.to_owned()).or_insert_with(|| Rc::new(read().unwrap_or_default())).clone()
    }
}

/// The directories that a manifest of `root` tells.
pub(super) fn manifest(source: &SourceFile, file: FileId, root: &str) -> Option<Downloads> {
    let (manifest, _) = json::parse_file(source, file);
    let manifest = manifest?;
    let modules = manifest.get("Modules")?.as_list()?.iter();
    let entry = |module: &crate::value::Value| {
        let (key, directory) = (convert::known(module.get("Key")?)?, convert::known(module.get("Dir")?)?);
        Some((key, join(root, &directory)))
    };
    Some(modules.filter_map(entry).collect())
}
