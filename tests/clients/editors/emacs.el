;;; emacs.el --- Emacs in a batch: emacs -Q --batch -l emacs.el SERVER…  -*- lexical-binding: t; -*-
;;; Commentary:
;; Opens the workspace beside this file and says what it saw.
;;; Code:
(require 'ert)

(defconst here (file-name-directory load-file-name))
(defconst server command-line-args-left)
(setq command-line-args-left nil)

(add-to-list 'load-path (expand-file-name "../../../editors/emacs" here))
(setq byte-compile-error-on-warn t)
(require 'bytecomp)
(let ((byte-compile-dest-file-function (lambda (_) (make-temp-file "kijun" nil ".elc"))))
  (unless (byte-compile-file (locate-library "kijun-mode.el")) (error "It does not compile without warnings")))
(require 'kijun-mode)
(require 'flymake)
;; Fewer programs to be there.
(setq vc-handled-backends nil)
(setq eglot-server-programs `((kijun-mode . ,server))
      eglot-sync-connect 20
      eglot-events-buffer-config '(:size 0))

(defun wait (holds what)
  (let ((until (+ (float-time) 20)))
    (while (and (not (funcall holds)) (< (float-time) until)) (accept-process-output nil 0.05))
    (unless (funcall holds) (error "%s" what))))

(defun errors ()
  (seq-filter (lambda (one) (eq (flymake-diagnostic-type one) 'eglot-error)) (flymake-diagnostics)))

(defun face (text)
  "The face of TEXT where it first stands."
  (goto-char (point-min))
  (search-forward text)
  (get-text-property (match-beginning 0) 'face))

(find-file (expand-file-name "workspace/broken.kijun" here))
(cl-assert (eq major-mode 'kijun-mode))
(font-lock-ensure)
(cl-assert (eq (face "catalog") 'font-lock-keyword-face))
(cl-assert (eq (face "naiki:1.ア") 'font-lock-function-name-face))
(cl-assert (eq (face "edition") 'font-lock-builtin-face))
(cl-assert (eq (face "locked \"") 'font-lock-property-name-face))
(cl-assert (eq (face "\"規程\"") 'font-lock-string-face))
(cl-assert (eq (face "/// The") 'font-lock-comment-delimiter-face))

(let ((text (buffer-string)))
  (indent-region (point-min) (point-max))
  (cl-assert (equal text (buffer-string)) t "indentation"))
(cl-assert (assoc "check" (imenu--make-index-alist t)))

(apply #'eglot (eglot--guess-contact))
(flymake-mode 1)
(wait (lambda () (flymake-start) (errors)) "No diagnostic")
(cl-assert (= 15 (line-number-at-pos (flymake-diagnostic-beg (car (errors))))))
(cl-assert (equal (project-root (eglot--project (eglot-current-server))) (expand-file-name "workspace/" here)))

(goto-char (point-min))
(search-forward "requires BROKEN")
(replace-match "require r.locked")
(eglot--signal-textDocument/didChange)
(wait (lambda () (flymake-start) (not (errors))) "The diagnostic stays")
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(message "emacs %s: ok" emacs-version)
;;; emacs.el ends here
