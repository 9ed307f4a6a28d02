//! `--parameters`: what parameters of CloudFormation templates are given.

use clap::Args;

use crate::carrier::cloudformation::Parameters;
use crate::source::Sources;

/// The files of values; of two values of one parameter the later one counts.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ParameterFiles {
    /// A file with values for the parameters of CloudFormation templates, as `aws cloudformation` takes it
    #[arg(long, value_name = "FILE")]
    parameters: Vec<String>,
}

impl ParameterFiles {
    /// The values of the files, wherever they lie: the user named them.
    ///
    /// # Errors
    /// A file that cannot be read, or that holds no parameters, in words.
    pub(super) fn read(&self, sources: &Sources) -> Result<Parameters, String> {
        let mut parameters = Parameters::default();
        for path in &self.parameters {
            let bytes = std::fs::read(path).map_err(|error| format!("`{path}`: cannot read it: {error}"))?;
            let file = sources.add(path, bytes);
            parameters.read(sources, file).map_err(|message| format!("`{path}`: {message}"))?;
        }
        Ok(parameters)
    }
}
