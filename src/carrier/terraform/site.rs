//! Where resources are: the calls that lead to their modules, and their instances there.

use std::rc::Rc;

use super::bounds;
use super::convert;
use super::eval::{Evaluator, Modules, Place};
use super::known::{ignored, makes_key};
use super::module::{Entry, Module, is_local};
use super::scope::{Instance, Repetition, Scope};
use super::{configured, identity};
use crate::carrier::branch::{Decisions, for_each_branch};
use crate::carrier::{Document, IgnoredArgument, Unresolved};
use crate::source::{Sources, Span};
use crate::syntax::SyntaxError;

/// Where a resource is: the calls that lead to its module, and its place there.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Names of the calls, from the root module on, each with its key: `[0]`, `["a"]` or empty.
    calls: Vec<Step>,
    /// Type of the resource; `module` is the call of a module that is not in the tree.
    pub(super) kind: String,
    name: String,
    /// Which instance of it.
    repetition: usize,
}

type Step = (String, String);

/// A resource of a site: its module's instance, its block, and its own instance.
pub(super) struct Located {
    pub(super) instance: Rc<Instance>,
    pub(super) one: Repetition,
    site: Site,
}

impl Located {
    pub(super) fn entry(&self) -> Option<&Entry> {
        block(&self.instance, &self.site)
    }

    /// Type of the resource.
    pub(super) fn kind(&self) -> &str {
        &self.site.kind
    }

    /// `module.kms.aws_kms_key.main[0]`
    pub(super) fn address(&self) -> String {
        format!("{}{}.{}{}", self.instance.prefix, self.site.kind, self.site.name, self.one.key)
    }

    /// What holds where the resource is there at all; none where it surely is.
    pub(super) fn branch(&self, sources: &Sources) -> Option<String> {
        self.one.disabled.map(|count| format!("`{}` is not 0", sources.text(count)))
    }
}

fn block<'a>(instance: &'a Instance, site: &Site) -> Option<&'a Entry> {
    match site.kind.as_str() {
        "module" => instance.module.calls.get(&site.name),
        kind => instance.module.resource(kind, &site.name),
    }
}

/// What a root module and the modules that it calls make.
#[derive(Default)]
pub(super) struct Sites {
    /// Keys, grants and aliases.
    pub(super) resources: Vec<Site>,
    /// The calls of modules that make keys and are not in the tree.
    pub(super) unread: Vec<Site>,
    /// The arguments of calls that come to nothing.
    pub(super) ignored: Vec<IgnoredArgument>,
    /// What has policies of IAM.
    pub(super) identities: Vec<Site>,
}

/// What is looked for besides the resources of KMS.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// Policies of IAM.
    pub(super) identities: bool,
    /// What is called, or makes a key and is not in the tree.
    pub(super) calls: bool,
}

/// Where the resources are that have to do with KMS.
pub(super) fn sites(sources: &Sources, modules: &Modules, root: &Rc<Module>, wanted: Wanted) -> Sites {
    let evaluator = Evaluator::new(sources, modules, Default::default());
    let mut sites = Sites::default();
    let mut visit = |instance: &Rc<Instance>, calls: &[Step]| {
        for ((kind, name), entry) in &instance.module.resources {
            let list = if configured::kind(kind).is_some() {
                &mut sites.resources
            } else if wanted.identities && identity::is_identity(kind) {
                &mut sites.identities
            } else {
                continue;
            };
            let count = repetitions(&evaluator, instance, entry).len();
            list.extend((0..count).map(|at| site(calls, kind, name, at)));
        }
        for (name, entry) in instance.module.calls.iter().filter(|_| wanted.calls) {
            // Whether a local module that is not there makes keys cannot be told by its name.
            let may_make_key = |source: &String| match is_local(source) {
                true => modules.tells_of(&instance.module.directory, source),
                false => makes_key(source),
            };
            let Some(source) = evaluator.source(instance, entry).filter(may_make_key) else { continue };
            let all = repetitions(&evaluator, instance, entry);
            if let (Some(first), Some((tree, _))) = (all.first(), entry.block()) {
                let place = Place { instance, scope: &first.scope, tree };
                sites.ignored.extend(ignored(&evaluator, place, entry, &source, name));
            }
            let lost =
                all.iter().enumerate().filter(|(_, one)| evaluator.child(instance, name, &one.key).is_none());
            sites.unread.extend(lost.map(|(at, _)| site(calls, "module", name, at)));
        }
    };
    let instance = Instance::root(root.clone());
    match wanted.calls {
        true => walk(&evaluator, &instance, &mut Vec::new(), &mut visit),
        false => visit(&instance, &[]),
    }
    sites
}

fn site(calls: &[Step], kind: &str, name: &str, repetition: usize) -> Site {
    Site { calls: calls.to_vec(), kind: kind.to_owned(), name: name.to_owned(), repetition }
}

/// Visits an instance of a module and those that it calls.
fn walk(
    evaluator: &Evaluator<'_>,
    instance: &Rc<Instance>,
    calls: &mut Vec<Step>,
    visit: &mut dyn FnMut(&Rc<Instance>, &[Step]),
) {
    visit(instance, calls);
    for (name, entry) in &instance.module.calls {
        let source = evaluator.source(instance, entry).filter(|source| is_local(source));
        if source.is_some_and(|source| evaluator.modules.is_idle(&instance.module.directory, &source)) {
            continue;
        }
        // How often it is called matters only where there is something to call.
        if evaluator.called_module(instance, name, entry).is_none() {
            continue;
        }
        for one in repetitions(evaluator, instance, entry).iter() {
            if let Some(child) = evaluator.child(instance, name, &one.key) {
                calls.push((name.clone(), one.key.clone()));
                walk(evaluator, &child, calls, visit);
                calls.pop();
            }
        }
    }
}

/// The instances of a block. Where their number is not known, or is 0 only by default, one stands for all.
pub(super) fn repetitions(
    evaluator: &Evaluator<'_>,
    instance: &Rc<Instance>,
    entry: &Entry,
) -> Rc<[Repetition]> {
    let one = |disabled| Rc::new([Repetition { key: String::new(), scope: Scope::default(), disabled }]);
    match evaluator.repetitions(instance, entry) {
        None => one(None),
        Some(none) if none.is_empty() && may_be_switched_on(evaluator, instance, entry) => {
            let count = entry.attribute("count").or_else(|| entry.attribute("for_each"));
            one(count.map(|(tree, count)| tree.span(tree.range(count))))
        }
        Some(known) => known,
    }
}

/// Whether a block that has no instances can have some: one of a module that is read on its own whatever its `count`
/// says, and one where values for the root module's variables can make it so. A call for each of nothing makes
/// nothing, whatever the module is like.
fn may_be_switched_on(evaluator: &Evaluator<'_>, instance: &Rc<Instance>, entry: &Entry) -> bool {
    if instance.call.is_none() || is_call_for_each(entry) {
        return !is_call_for_each(entry);
    }
    let mut open = Evaluator::new(evaluator.sources, evaluator.modules, Default::default());
    open.open = true;
    let twin = twin(&open, instance);
    twin.is_some_and(|twin| open.repetitions(&twin, entry).is_none_or(|some| !some.is_empty()))
}

/// The same module instance in another evaluation.
fn twin(evaluator: &Evaluator<'_>, instance: &Rc<Instance>) -> Option<Rc<Instance>> {
    let Some(call) = &instance.call else { return Some(Instance::root(instance.module.clone())) };
    let caller = twin(evaluator, &call.caller)?;
    let step = instance.prefix.strip_prefix(&format!("{}module.{}", caller.prefix, call.name))?;
    evaluator.child(&caller, &call.name, step.strip_suffix('.')?)
}

fn is_call_for_each(entry: &Entry) -> bool {
    let is_call = entry.block().is_some_and(|(tree, block)| tree.text(block.kind) == "module");
    is_call && entry.attribute("for_each").is_some()
}

/// Finds the resource of a site in one evaluation.
pub(super) fn locate(evaluator: &Evaluator<'_>, root: &Rc<Module>, site: &Site) -> Option<Located> {
    let mut instance = Instance::root(root.clone());
    let mut disabled: Option<Span> = None;
    for (name, key) in &site.calls {
        let calls = repetitions(evaluator, &instance, instance.module.calls.get(name)?);
        disabled = disabled.or(calls.iter().find(|one| one.key == *key)?.disabled);
        instance = evaluator.child(&instance, name, key)?;
    }
    let all = repetitions(evaluator, &instance, block(&instance, site)?);
    let one = all.get(site.repetition)?.clone();
    let one = Repetition { disabled: disabled.or(one.disabled), ..one };
    Some(Located { instance, one, site: site.clone() })
}

/// Reads the documents of one resource in one evaluation.
pub(super) type Reader = fn(&Evaluator<'_>, &Located, &mut Vec<SyntaxError>) -> Vec<Document>;

/// The policy documents of one resource: one for each branch.
pub(super) fn documents(
    sources: &Sources,
    modules: &Modules,
    root: &Rc<Module>,
    site: &Site,
    read: Reader,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    let (branches, more) = for_each_branch(|decisions| {
        let evaluator = Evaluator::new(sources, modules, decisions);
        let located = locate(&evaluator, root, site);
        if let Some((located, entry)) = located.as_ref().and_then(|located| Some((located, located.entry()?)))
        {
            let provider = evaluator.provider(&located.instance, entry);
            evaluator.own_provider.replace(Some(provider));
        }
        let mut met = Vec::new();
        let documents = located.map(|located| read(&evaluator, &located, &mut met));
        ((documents.unwrap_or_default(), met), evaluator.decisions.into_inner())
    });
    // Choices that belong together, such as a statement and the comma before it, are undecided one by one. A text
    // that only some combination of them breaks is most likely one that is never made.
    let sound: Vec<_> =
        branches.iter().filter(|((_, met), _)| met.is_empty()).map(|(_, how)| how.clone()).collect();
    let is_made = |met: &[SyntaxError], how: &Decisions| match more {
        _ if met.is_empty() => true,
        // Of those that were not tried, some may be sound.
        true => sound.is_empty(),
        false => how.differs_from_all(sound.iter()),
    };
    let mut documents = Vec::new();
    let mut made = Vec::new();
    for ((found, met), how) in branches {
        if is_made(&met, &how) {
            // Those that were tried may all be wrong ones; a note says that there are more.
            let new: Vec<_> = met.into_iter().filter(|error| !more && !errors.contains(error)).collect();
            errors.extend(new);
            made.extend(found.into_iter().map(|one| (one, how.clone())));
        }
    }
    for (document, decisions) in made {
        let mut document = document;
        let label = decisions.label();
        document.branch = match (document.branch.take(), label) {
            (Some(a), Some(b)) => Some(format!("{a} and {b}")),
            (a, b) => a.or(b),
        };
        if bounds::is_no_policy(&document.value) {
            let (span, reference) = (document.value.span, "the policy".to_owned());
            document.value = convert::unknown(&reference, bounds::TOO_LARGE, span);
            let reason = bounds::TOO_LARGE.to_owned();
            document.unresolved = Vec::from([Unresolved { span, reference, reason, whole: true }]);
        }
        documents.push(document);
    }
    if more && let Some(last) = documents.last_mut() {
        last.unresolved.push(Unresolved {
            span: last.attachment,
            reference: last.address.clone().unwrap_or_default(),
            reason: "it depends on more undecided conditions than are analysed".to_owned(),
            whole: false,
        });
    }
    documents
}
