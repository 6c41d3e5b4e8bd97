//! Changes to a text in Python's dialect of INI that leave every other byte as it is.
//!
//! Each change is read back before it is handed out, as in [`super::ini_edit`]; a text that pip refuses is not edited.

use smol_str::SmolStr;

use super::python_ini::{File, Section, Setting, is_space, parse};
use crate::syntax::lines::universal_newline;
use crate::text::{Edit, Span, apply};

/// Gives an option of a section a value, of one line or several: changes it, adds it to the section, or adds the section at the end.
///
/// `None` where the value cannot be written or the text is refused.
#[must_use]
pub fn set(file: &File, text: &str, section: &str, name: &str, value: &str) -> Option<Vec<Edit>> {
    let newline = universal_newline(text);
    let written = if value.contains('\n') { value.replace('\n', &format!("{newline}    ")) } else { value.to_owned() };
    let edit = match (file.get(section, name), find(file, section)) {
        (Some(option), _) => {
            let from = option.delimiter.end as usize;
            let lead = text[option.delimiter.range()].ends_with(['=', ':']) && option.lines[0].value.is_empty();
            Edit::replace(Span::new(from, option.span.end as usize), format!("{}{written}", if lead { " " } else { "" }))
        }
        (None, Some(found)) => {
            let (end, indent) = match found.options.last() {
                Some(last) => (last.span.end, indent(text, last.name.span.start as usize)),
                None => (found.line.end, indent(text, found.line.start as usize)),
            };
            let statement = format!("{indent}{}", statement(file, text, name, &written));
            Edit::insert(line_end(text, end as usize), format!("{newline}{statement}"))
        }
        (None, None) => {
            let gap = match text {
                "" => String::new(),
                _ if text.ends_with(['\n', '\r']) => newline.to_owned(),
                _ => newline.repeat(2),
            };
            let statement = statement(file, text, name, &written);
            Edit::insert(text.len(), format!("{gap}[{section}]{newline}{statement}{newline}"))
        }
    };
    let wanted = value.replace('\r', "");
    checked(file, text, vec![edit], Setting::value, |said| {
        let options = match said.iter_mut().find(|(it, _)| it == section) {
            Some((_, options)) => options,
            None => {
                said.push((section.into(), Vec::new()));
                &mut said.last_mut()?.1
            }
        };
        match options.iter_mut().find(|(it, _)| it == name) {
            Some((_, value)) => *value = wanted,
            None => options.push((name.into(), wanted)),
        }
        Some(())
    })
}

/// Takes an option out, with all the lines of its value.
#[must_use]
pub fn remove(file: &File, text: &str, section: &str, name: &str) -> Option<Vec<Edit>> {
    let option = file.get(section, name)?;
    let span = Span::new(line_start(text, option.span.start as usize), next_line(text, option.span.end as usize));
    checked(file, text, vec![Edit::remove(span)], Setting::value, |said| {
        let (_, options) = said.iter_mut().find(|(it, _)| it == section)?;
        options.retain(|(it, _)| it != name);
        Some(())
    })
}

/// Takes one word out of a value: with its line where it stands alone on one, and the option where it is the only word.
#[must_use]
pub fn remove_word(file: &File, text: &str, section: &str, name: &str, word: Span) -> Option<Vec<Edit>> {
    let option = file.get(section, name)?;
    let words: Vec<_> = option.words().collect();
    let index = words.iter().position(|it| it.span == word)?;
    if words.len() == 1 {
        return remove(file, text, section, name);
    }
    let line = option.lines.iter().position(|line| line.span.contains(word))?;
    let span = match option.lines[line].span {
        whole if whole == word && line > 0 => Span::new(line_start(text, word.start as usize), next_line(text, word.end as usize)),
        whole if whole.start == word.start => {
            let rest = &text[word.end as usize..whole.end as usize];
            Span::new(word.start as usize, whole.end as usize - rest.trim_start_matches(is_space).len())
        }
        whole => Span::new(
            whole.start as usize + text[whole.start as usize..word.start as usize].trim_end_matches(is_space).len(),
            word.end as usize,
        ),
    };
    let listed = |option: &Setting| option.words().map(|word| word.value.to_string()).collect::<Vec<_>>();
    checked(file, text, vec![Edit::remove(span)], listed, |said| {
        let (_, options) = said.iter_mut().find(|(it, _)| it == section)?;
        options.iter_mut().find(|(it, _)| it == name)?.1.remove(index);
        Some(())
    })
}

/// Sections with their options, and what each of these says.
type Said<V> = Vec<(SmolStr, Vec<(SmolStr, V)>)>;

/// The edits, if the new text says what the old one did with the expected difference. `says` is what is looked at of an option.
fn checked<V: PartialEq>(
    file: &File,
    text: &str,
    edits: Vec<Edit>,
    says: impl Fn(&Setting) -> V,
    expect: impl FnOnce(&mut Said<V>) -> Option<()>,
) -> Option<Vec<Edit>> {
    let after = parse(&apply(text, &edits)?);
    let said = |file: &File| -> Said<V> {
        let options = |section: &Section| section.options.iter().map(|option| (option.name.value.clone(), says(option))).collect();
        file.sections.iter().map(|section| (section.name.value.clone(), options(section))).collect()
    };
    let mut expected = said(file);
    expect(&mut expected)?;
    let proved = file.errors.is_empty() && after.errors.is_empty() && expected == said(&after);
    proved.then_some(edits)
}

fn find<'f>(file: &'f File, section: &str) -> Option<&'f Section> {
    file.sections.iter().rfind(|it| *it.name == section)
}

/// A new option; a value that begins on the next line leaves no white space behind the delimiter.
fn statement(file: &File, text: &str, name: &str, written: &str) -> String {
    let delimiter = delimiter(file, text);
    let delimiter = if written.starts_with(['\n', '\r']) { delimiter.trim_end() } else { delimiter };
    format!("{name}{delimiter}{written}")
}

/// What the file's last option has between name and value, if that is on one line.
fn delimiter<'t>(file: &File, text: &'t str) -> &'t str {
    let mut options = file.sections.iter().flat_map(|section| &section.options);
    let last = options.rfind(|option| !option.lines[0].value.is_empty());
    last.map_or(" = ", |option| &text[option.delimiter.range()])
}

fn line_start(text: &str, from: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..from]).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, from: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[from..]).map_or(text.len(), |length| from + length)
}

fn next_line(text: &str, from: usize) -> usize {
    let end = line_end(text, from);
    end + if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) }
}

/// The white space before a place on its line.
fn indent(text: &str, at: usize) -> &str {
    &text[line_start(text, at)..at]
}

#[cfg(test)]
#[path = "python_ini_edit_tests.rs"]
mod tests;
