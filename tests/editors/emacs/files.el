;;; files.el --- Which files it looks after -*- lexical-binding: t; -*-

;;; Code:

(require 'harness)

(provender-mode 1)
(dolist (name (split-string (with-temp-buffer (insert-file-contents "names") (buffer-string)) "\n" t))
  (unless (provender-known-p (expand-file-name name))
    (error "%s is not known" name))
  (let ((buffer (current-buffer)))
    (open-file name)
    (unless (eglot-current-server)
      (error "No server for %s in %s" name major-mode))
    (set-buffer buffer)))
(open-file "requirements-dev.txt")
(finding "requests")
(dolist (name '("README.md" "xpackage.json" "package.json.orig"))
  (when (provender-known-p (expand-file-name name))
    (error "%s is known" name)))
(open-file "README.md")
(when (eglot-current-server)
  (error "A server for README.md"))
;;; files.el ends here
