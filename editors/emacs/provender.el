;;; provender.el --- Guard a repository's dependencies -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: tools, languages
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; Provender judges manifests, lockfiles, and the package managers' settings.  With
;;
;;   (require 'provender)
;;   (provender-mode 1)
;;
;; Eglot starts the language server `provender lsp' for every file that it knows.  Findings are shown by Flymake, and
;; `eglot-code-actions' offers the fixes.

;;; Code:

(require 'cl-lib)
(require 'eglot)

(defgroup provender nil
  "Guard a repository's dependencies."
  :group 'tools)

(defcustom provender-program "provender"
  "The program to run."
  :type 'string)

(defcustom provender-options nil
  "What the server is told at its start.
A property list: `:network' (when a registry may be asked: \"off\",
\"ask\", \"on\"), `:severity' (from which one on findings are shown:
\"info\", \"warning\", \"error\"), `:trusted' (`:json-false' for folders
that nothing is to be believed of)."
  :type 'plist)

;; files: begin (rendered by `cargo xtask codegen`)
(defconst provender-files
  '("package.json"
    "npm-shrinkwrap.json"
    "package-lock.json"
    "pnpm-lock.yaml"
    "yarn.lock"
    "bun.lock"
    "bun.lockb"
    ".npmrc"
    ".yarnrc"
    ".yarnrc.yml"
    "bunfig.toml"
    ".bunfig.toml"
    "pnpm-workspace.yaml"
    "Cargo.toml"
    "Cargo.lock"
    ".cargo/config.toml"
    ".cargo/config"
    ".cargo/credentials.toml"
    ".cargo/credentials"
    "go.mod"
    "go.work"
    "go.sum"
    "go.work.sum"
    "pyproject.toml"
    "Pipfile"
    "uv.toml"
    "poetry.toml"
    "uv.lock"
    "poetry.lock"
    "pdm.lock"
    "pdm.*.lock"
    "pdm.*.*.lock"
    "Pipfile.lock"
    "pylock.toml"
    "pylock.*.toml"
    "constraints*.txt"
    "*constraints.txt"
    "requirements*.txt"
    "*requirements.txt"
    "requirements/*.txt"
    "requirements*.in"
    "*requirements.in"
    "requirements/*.in"
    ".config/pip/pip.conf"
    ".config/pip/pip.ini"
    ".pip/pip.conf"
    ".pip/pip.ini"
    "pip.conf"
    "pip.ini"
    "provender.toml")
  "Names of the files that Provender knows; a star stands for anything but a slash.")
;; files: end

(defconst provender--regexp
  (concat "/\\(?:"
          (mapconcat (lambda (name) (string-replace "\\*" "[^/]*" (regexp-quote name))) provender-files "\\|")
          "\\)\\'")
  "What the path of a known file looks like.")

(defun provender-known-p (file)
  "Whether Provender knows a file by the name of FILE."
  (and file (string-match-p provender--regexp file) t))

(defun provender-contact (&optional _interactive _project)
  "How Eglot starts the server."
  `(,provender-program "lsp" :initializationOptions ,(or provender-options eglot-{})))

(defun provender-ensure ()
  "Have the server look after the current buffer, if its file is a known one.
A buffer has one server in Eglot; here it is Provender, whatever else
there is for its mode."
  (when (and (provender-known-p buffer-file-name)
             (not (file-remote-p buffer-file-name))
             (executable-find provender-program))
    ;; Eglot leaves buffers without a mode alone.
    (when (eq major-mode 'fundamental-mode)
      (conf-mode))
    (setq-local eglot-server-programs (list (cons major-mode #'provender-contact)))
    (eglot-ensure)))

;;;###autoload
(define-minor-mode provender-mode
  "Start the language server for every file that Provender knows."
  :global t
  (if provender-mode
      (add-hook 'find-file-hook #'provender-ensure)
    (remove-hook 'find-file-hook #'provender-ensure)))

(provide 'provender)
;;; provender.el ends here
