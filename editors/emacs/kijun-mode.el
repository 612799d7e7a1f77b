;;; kijun-mode.el --- Kijun, policy as code  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:
;; Colours, indentation and an index for *.kijun, and the language server `kijun lsp' through Eglot:
;;
;;   (add-to-list 'load-path "…/editors/emacs")
;;   (require 'kijun-mode)
;;   (add-hook 'kijun-mode-hook #'eglot-ensure)
;;
;; For the files of facts, turn on `kijun-facts-mode' in their modes; see editors/README.md.

;;; Code:

(require 'eglot)
(require 'kijun-words)
(require 'project)
(require 'jsonrpc)
(eval-when-compile (require 'subr-x))

(defgroup kijun nil
  "Kijun, policy as code."
  :group 'languages)

(defcustom kijun-program "kijun"
  "The program."
  :type 'string)

(defcustom kijun-language nil
  "Language of messages: \"ja\", \"en\", or nil for what the locale says."
  :type '(choice (const :tag "As the locale" nil) (const "ja") (const "en")))

(defcustom kijun-indent-offset 2
  "Columns per block."
  :type 'natnum
  :safe #'natnump)

(defvar kijun-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?' "." table)
    (dolist (sign '(?@ ?: ?. ?-)) (modify-syntax-entry sign "." table))
    table))

(defconst kijun--name "[[:alpha:]_][[:alnum:]_]*")

(defconst kijun--id
  "\\(?:[[:alpha:]_][[:alnum:]_]*\\(?:@[[:alnum:]_.-]+\\)?:\\)?[[:alnum:]_]+\\(?:[.-]?(?[[:alnum:]_]+)?\\)*"
  "The id of a requirement, as mhlw@4.2:8.1.2.C.オ.")

(defconst kijun--no-name-after "\\(?:[ \t]*\\(?:\"[^\"\n]*\"[ \t]*\\)?[:(]\\)"
  "What says that the word before it is a name: `owner \"所有者\": person'.")

(defun kijun--words (words)
  "Match one of WORDS, where it is not a name."
  (let ((pattern (regexp-opt words 'symbols)))
    (lambda (limit)
      (let (found)
        (while (and (not found) (re-search-forward pattern limit t))
          (setq found (not (or (eq (char-before (match-beginning 0)) ?.)
                               (save-match-data (looking-at-p kijun--no-name-after))))))
        found))))

(defconst kijun-font-lock-keywords
  `((,(concat "^[ \t]*" (regexp-opt kijun-words-declaration 'symbols) "\\(?:[ \t]+\\(" kijun--id "\\)\\)?")
     (1 font-lock-keyword-face)
     (2 font-lock-function-name-face nil t))
    (,(concat "^[ \t]*\\(" kijun--name "\\)[ \t]*\\(?:\"[^\"\n]*\"[ \t]*\\)?:") 1 'font-lock-property-name-face)
    ("[0-9]\\{4\\}-[0-9]\\{2\\}\\(?:-[0-9]\\{2\\}\\)?" . 'font-lock-number-face)
    (,(concat "\\_<" kijun--name "\\(?:@[[:alnum:]_.-]+\\)?:[[:alnum:]_]\\(?:[[:alnum:]_.()-]*[[:alnum:]_)]\\)?")
     . 'font-lock-constant-face)
    (,(kijun--words kijun-words-clause) . 'font-lock-builtin-face)
    (,(kijun--words kijun-words-message) . 'font-lock-preprocessor-face)
    (,(kijun--words kijun-words-operator) . 'font-lock-keyword-face)
    (,(kijun--words kijun-words-modifier) . 'font-lock-keyword-face)
    (,(kijun--words kijun-words-type) . 'font-lock-type-face)
    (,(kijun--words kijun-words-constant) . 'font-lock-constant-face)
    (,(concat "\\.\\(" kijun--name "\\)") 1 'font-lock-property-use-face)))

(defun kijun-indent-line ()
  "Indent the line by the blocks that are open before it."
  (interactive)
  (let* ((depth (save-excursion
                  (back-to-indentation)
                  (- (car (syntax-ppss)) (if (looking-at-p "[})]") 1 0))))
         (column (* kijun-indent-offset (max depth 0)))
         (inside (> (current-column) (current-indentation))))
    (if inside (save-excursion (indent-line-to column)) (indent-line-to column))))

(defconst kijun-imenu
  (mapcar (lambda (word) (list word (concat "^" word "[ \t]+\\(" kijun--id "\\)") 1))
          '("catalog" "section" "requirement" "risk" "entity" "enum" "relation" "define" "param" "table"
            "check" "attest" "profile")))

;;;###autoload
(define-derived-mode kijun-mode prog-mode "Kijun"
  "Major mode for Kijun."
  (setq-local comment-start "// "
              comment-start-skip "//+!?[ \t]*"
              comment-end ""
              indent-line-function #'kijun-indent-line
              indent-tabs-mode nil
              tab-width 2
              imenu-generic-expression kijun-imenu
              font-lock-defaults '(kijun-font-lock-keywords)))

;;;###autoload
(define-minor-mode kijun-facts-mode
  "The language server of Kijun in a file of facts.
That is TOML, CSV, JSON or YAML in a folder `facts'."
  :lighter " Facts"
  (when kijun-facts-mode
    (setq-local eglot-server-programs (cons (cons major-mode #'kijun--server) eglot-server-programs))
    (eglot-ensure)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.kijun\\'" . kijun-mode))

;; ---------------------------------------------------------------- projects and the server

(defun kijun-project (folder)
  "The project of FOLDER: the nearest folder with a kijun.toml, if any."
  (when-let* ((root (locate-dominating-file folder "kijun.toml")))
    (cons 'kijun (expand-file-name root))))

(cl-defmethod project-root ((project (head kijun)))
  "The folder of PROJECT."
  (cdr project))

(defun kijun--server (&rest _)
  "How the server is started."
  (append (list kijun-program "lsp")
          (and kijun-language `(:initializationOptions (:language ,kijun-language)))))

(add-hook 'project-find-functions #'kijun-project)

(add-to-list 'eglot-server-programs '(kijun-mode . kijun--server))

;; ---------------------------------------------------------------- proofs and matrices

(defun kijun--ask (method params)
  "Ask the server METHOD with PARAMS; again when its answer came too late."
  (let ((server (eglot-current-server))
        (params (append params (and kijun-language (list :lang kijun-language))))
        (tries 20)
        answer)
    (unless server (user-error "The server is not running here; see `eglot'"))
    (while (not answer)
      (condition-case err
          (setq answer (list (jsonrpc-request server method params :timeout 60)))
        (jsonrpc-error
         (let ((code (alist-get 'jsonrpc-error-code (cddr err)))
               (message (alist-get 'jsonrpc-error-message (cddr err))))
           (unless (and (eql code -32801) (< 0 (setq tries (1- tries))))
             (user-error "%s" (or message err)))))))
    (car answer)))

(defun kijun--show (name markdown)
  "Show MARKDOWN in the buffer NAME."
  (with-current-buffer (get-buffer-create name)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert markdown))
    (goto-char (point-min))
    (special-mode)
    (setq-local word-wrap t)
    (display-buffer (current-buffer))))

(defun kijun-explain (what)
  "Explain WHAT: a requirement, one on a subject, or the code of a diagnostic.
When it is empty, what stands at point."
  (interactive (list (string-trim (read-string "Explain (empty: what stands here): "))))
  (kijun--show
   "*kijun explain*"
   (cond
    ((string-match-p "\\`[Kk][0-9]\\{4\\}\\'" what)
     (or (kijun--ask :kijun/page (list :code (upcase what))) (user-error "There is no diagnostic %s" what)))
    ((string-empty-p what) (plist-get (kijun--ask :kijun/explain (eglot--TextDocumentPositionParams)) :markdown))
    (t (plist-get (kijun--ask :kijun/explain (list :id what)) :markdown)))))

(defun kijun-matrix (from to)
  "Show in the browser how far the catalogue FROM covers TO."
  (interactive "sWhich catalogue covers: \nsWhich is covered: ")
  (let ((page (plist-get (kijun--ask :kijun/matrix (list :from from :to (vector to) :format "html")) :html))
        (file (make-temp-file "kijun-matrix" nil ".html")))
    (let ((coding-system-for-write 'utf-8)) (write-region page nil file nil 'silent))
    (browse-url-of-file file)))

(provide 'kijun-mode)
;;; kijun-mode.el ends here
