//! Provider configurations: whether two blocks act in the same account and Region.

use std::rc::Rc;

use super::eval::Evaluator;
use super::module::Entry;
use super::resource::Handle;
use super::scope::Instance;
use crate::syntax::hcl::ast::{Expr, Tree};

/// A provider configuration: the instance of the module that configures it, and its name there, such as `aws.other`.
#[derive(Clone)]
pub(super) struct Provider {
    instance: Rc<Instance>,
    name: String,
}

/// Why an account is not known.
pub(super) const OTHER_ACCOUNT: &str = "its provider may act in another account than the key's";

/// Arguments and blocks of the AWS provider that say who it acts as.
const IDENTITY: [&str; 10] = [
    "access_key",
    "secret_key",
    "token",
    "profile",
    "shared_credentials_file",
    "shared_credentials_files",
    "shared_config_files",
    "assume_role",
    "assume_role_with_web_identity",
    "allowed_account_ids",
];

impl Evaluator<'_> {
    /// The provider configuration that a resource or data source uses.
    pub(super) fn provider(&self, instance: &Rc<Instance>, entry: &Entry) -> Provider {
        let chosen = entry.attribute("provider").map(|(tree, provider)| text(tree, tree.range(provider)));
        let mut name = chosen.unwrap_or_else(|| "aws".to_owned());
        let mut instance = instance.clone();
        while let Some(call) = &instance.call {
            let entry = call.caller.module.calls.get(&call.name);
            match entry.and_then(|entry| entry.attribute("providers")) {
                Some((tree, providers)) => {
                    let Expr::Object(items) = tree.expr(providers) else { break };
                    let passed = items.iter().find(|item| text(tree, item.key_range) == name);
                    let Some(passed) = passed else { break };
                    name = text(tree, tree.range(passed.value));
                }
                None if name.contains('.') || instance.module.provider(&name).is_some() => break,
                None => {}
            }
            instance = call.caller.clone();
        }
        Provider { instance, name }
    }

    /// Whether a resource or data source surely acts in the account of the key that is looked at.
    pub(super) fn in_own_account(&self, handle: &Handle) -> bool {
        self.is_alike(handle, &IDENTITY)
    }

    /// Whether it surely acts in the key's Region.
    pub(super) fn in_own_region(&self, handle: &Handle) -> bool {
        self.is_alike(handle, &["region"])
    }

    /// Whether its provider configuration says the same of some arguments and blocks as the key's.
    fn is_alike(&self, handle: &Handle, names: &[&str]) -> bool {
        let (Some(entry), Some(own)) = (handle.entry(), self.own_provider.borrow().clone()) else {
            return true;
        };
        let other = self.provider(&handle.instance, entry);
        let same_module = own.instance.prefix == other.instance.prefix;
        if same_module && own.name == other.name {
            return true;
        }
        let (Some(own), Some(other)) = (own.says(names), other.says(names)) else { return false };
        // Equal words mean the same in one module alone.
        own == other && (same_module || own.is_empty())
    }
}

impl Provider {
    /// What its block says of some arguments and blocks, as it is written; none where there is no block to ask.
    fn says(&self, names: &[&str]) -> Option<Vec<String>> {
        let Some(entry) = self.instance.module.provider(&self.name) else {
            // Without a block the default configuration takes everything from the environment.
            return (!self.name.contains('.') && self.instance.call.is_none()).then(Vec::new);
        };
        let (tree, block) = entry.block()?;
        let attributes = block.body.attributes.iter().map(|attribute| (attribute.name, attribute.range));
        let blocks = block.body.blocks.iter().map(|block| (block.kind, block.range));
        let named = attributes.chain(blocks).filter(|(name, _)| names.contains(&tree.text(*name)));
        Some(named.map(|(_, range)| tree.text(range).split_whitespace().collect()).collect())
    }
}

/// A reference to a provider as it is written, in 0.11 in quotes.
fn text(tree: &Tree, range: crate::syntax::hcl::ast::Range) -> String {
    tree.text(range).trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use crate::carrier::terraform::carry;
    use crate::source::Sources;

    /// What is not known of the first document, as references.
    fn unknown(files: &[(&str, &str)]) -> Vec<String> {
        let sources = Sources::in_memory(files.iter().copied());
        let carried = carry(&sources, &[String::new()]);
        assert!(carried.errors.is_empty(), "{:?}", carried.errors);
        let [document] = carried.documents.as_slice() else { panic!("{:?}", carried.documents) };
        document.unresolved.iter().map(|it| it.reference.clone()).collect()
    }

    const IDENTITY: &str = r#"
data "aws_caller_identity" "it" {
  provider = aws.other
}
resource "aws_iam_role" "it" {
  name     = "it"
  provider = aws.other
}
"#;

    /// A key with a provider, whose policy names the account and the role of `IDENTITY`.
    fn key(provider: &str) -> String {
        let role = "aws_iam_role.it.arn";
        format!(
            "{IDENTITY}resource \"aws_kms_key\" \"k\" {{\n  {provider}\n  policy = jsonencode({{ Statement = \
             [data.aws_caller_identity.it.account_id, {role}] }})\n}}\n"
        )
    }

    fn alias(name: &str, inside: &str) -> String {
        format!("provider \"aws\" {{\n  alias = \"{name}\"\n  {inside}\n}}\n")
    }

    #[test]
    fn alias_that_acts_as_another_is_another_account() {
        let other = alias("other", "assume_role {\n    role_arn = var.role\n  }");
        let both = ["data.aws_caller_identity.it.account_id", "aws_iam_role.it(account)"];
        assert_eq!(unknown(&[("main.tf", &(key("") + &other))]), both);
        assert_eq!(unknown(&[("main.tf", &(key("provider = aws.other") + &other))]), [""; 0]);
        // Its block is the caller's, and so is what it acts as.
        assert_eq!(unknown(&[("main.tf", &key(""))]), both);
    }

    #[test]
    fn alias_of_another_region_is_the_same_account() {
        let other = alias("other", "region = \"us-east-1\"");
        assert_eq!(unknown(&[("main.tf", &(key("") + &other))]), [""; 0]);
    }

    #[test]
    fn providers_are_followed_through_calls() {
        let roles = alias("a", "profile = \"a\"") + &alias("b", "profile = \"b\"");
        let call = |providers: &str| {
            format!("module \"m\" {{\n  source = \"./m\"\n  providers = {{ {providers} }}\n}}\n{roles}")
        };
        let inside = key("");
        let passed = |providers: &str| unknown(&[("main.tf", &call(providers)), ("m/main.tf", &inside)]);
        assert_eq!(passed("aws = aws.a, aws.other = aws.a"), [""; 0]);
        assert_eq!(passed("aws = aws.a, aws.other = aws.b").len(), 2);
    }
}
